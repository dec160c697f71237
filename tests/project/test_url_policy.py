"""Every address declares who may call it, and those that are not public refuse strangers."""

import re
import uuid
from typing import Any

import pytest
from django.urls import converters

from sinovik.home.addresses import Address, all_addresses
from sinovik.urls import api
from tests.pages import WatchfulClient

ADDRESSES = all_addresses()
SAMPLES = {
    converters.IntConverter: "1",
    converters.UUIDConverter: str(uuid.UUID(int=1)),
}
# ninja answers each of its paths with one view and declares the methods itself.
METHODS = ["get", "post", "put", "patch", "delete"]


def sample(address: Address) -> str:
    """Fill the parameters of a route with values that no row has."""
    route = address.route
    for name, converter in address.pattern.pattern.converters.items():
        route = re.sub(rf"<(\w+:)?{name}>", SAMPLES.get(type(converter), "x"), route)
    path = "/" + route
    assert "<" not in path, f"no sample for {route}"
    return path


def named(address: Address) -> str:
    return address.name or address.route


@pytest.mark.parametrize("address", ADDRESSES, ids=named)
def test_address_declares_its_policy(address: Address) -> None:
    assert address.policy is not None, f"/{address.route} ({address.view}) declares no policy"


@pytest.mark.parametrize("address", ADDRESSES, ids=named)
def test_public_address_is_the_one_that_needs_no_sign_in(address: Address) -> None:
    assert address.policy is not None
    assert getattr(address.view, "login_required", True) is not address.policy.is_public


@pytest.mark.django_db
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "address", [a for a in ADDRESSES if not (a.policy and a.policy.is_public)], ids=named
)
def test_stranger_at_a_private_address_is_sent_to_sign_in(
    client: WatchfulClient, address: Address, method: str
) -> None:
    path = sample(address)
    response: Any = getattr(client, method)(path)
    assert response.status_code == 302, path
    assert response["Location"].startswith("/akun/masuk/?next=")


def test_addresses_are_unique() -> None:
    routes = [address.route for address in ADDRESSES]
    assert len(set(routes)) == len(routes)


def test_every_view_of_the_api_is_walked() -> None:
    walked = {address.route for address in ADDRESSES if address.route.startswith("api/v1/")}
    for _prefix, router in api._routers:
        for path in router.path_operations:
            assert any(route.endswith(path.strip("/").replace("{", "<").replace("}", ">"))
                       for route in walked), path  # fmt: skip
