"""The supply chain: known vulnerabilities, bill of materials, licences of what is delivered."""
