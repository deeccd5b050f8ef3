"""Who asks a provider for a token, and how: as a client, or as a person of the provider."""

from cli.reach import Credentials
from local.identity import token_form


def test_everybody_is_a_client_of_the_embedded_provider() -> None:
    who = Credentials.of({}, "lumme.torchbearer")
    assert token_form(who.name, who.secret, who.sign_in) == {
        "grant_type": "client_credentials",
        "client_id": "lumme.torchbearer",
        "client_secret": "any",
        "scope": "soihtu",
    }


def test_people_sign_in_by_a_client_that_the_environment_names() -> None:
    told = {"SOIHTU_SIGN_IN_CLIENT": "soihtu-cli", "SOIHTU_CLIENT_SECRET": "hush"}
    who = Credentials.of(told, "lumme.torchbearer")
    assert token_form(who.name, who.secret, who.sign_in) == {
        "grant_type": "password",
        "client_id": "soihtu-cli",
        "username": "lumme.torchbearer",
        "password": "hush",
        "scope": "soihtu",
    }


def test_a_machine_is_a_client_everywhere() -> None:
    asked = token_form("machine.site", "hush", "soihtu-cli")
    assert asked["grant_type"] == "client_credentials"
    assert asked["client_id"] == "machine.site"
