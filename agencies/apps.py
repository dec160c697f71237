from typing import Any

from django.apps import AppConfig


class AgenciesConfig(AppConfig):
    name = "agencies"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Write changes of passwords and factors into the log; give sessions new names."""
        from allauth.account import signals as account
        from allauth.mfa import signals as mfa
        from allauth.socialaccount.signals import social_account_added

        from agencies.actions import accounts
        from agencies.actions.devices import end_sessions
        from agencies.views import devices, passwords
        from sinovik.web import door
        from sinovik.web.factors import renew_session
        from sinovik.web.passkey_forms import key_copied

        events = {
            "password_changed": account.password_changed,
            "password_created": account.password_set,
            "password_replaced": account.password_reset,
            "factor_added": mfa.authenticator_added,
            "factor_removed": mfa.authenticator_removed,
            "factor_renewed": mfa.authenticator_reset,
        }
        for event, signal in events.items():
            signal.connect(accounts.listen(event), weak=False, dispatch_uid=event)

        social_account_added.connect(accounts.note_national_account)
        mfa.authenticator_used.connect(accounts.note_factor)
        key_copied.connect(accounts.note_copied_key)
        account.authentication_step_completed.connect(renew_session)
        door.listen()
        passwords.listen()

        def alone(*, request: Any, user: Any, **kwargs: Any) -> None:
            devices.stay_alone(request, user)

        def nowhere(*, user: Any, **kwargs: Any) -> None:
            end_sessions(by=user, user=user)

        account.password_changed.connect(alone, weak=False, dispatch_uid="alone")
        account.password_set.connect(alone, weak=False, dispatch_uid="alone")
        account.password_reset.connect(nowhere, weak=False, dispatch_uid="nowhere")
