"""Reads secrets from the files that the environment names: SOIHTU_POSTGRES_FILE and its kin."""

from pathlib import Path
from typing import Any, get_args

from pydantic import SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import InitErrorDetails, PydanticCustomError
from pydantic_settings import EnvSettingsSource


class SecretFiles(EnvSettingsSource):
    """For each secret NAME, the content of the file that NAME_FILE names, without its last newline.

    Raises ValidationError where a file can't be read, or where NAME is given as well.
    """

    def __call__(self) -> dict[str, Any]:
        fields = self.settings_cls.model_fields.items()
        found = {name: self._content(name) for name, field in fields if _is_secret(field)}
        return {name: content for name, content in found.items() if content is not None}

    def _content(self, name: str) -> str | None:
        variable = f"{self.env_prefix}{name}".upper()
        file = self.env_vars.get(f"{variable}_FILE".lower())
        if not file:
            return None
        if self.env_vars.get(variable.lower()):
            raise self._refused(name, f"{variable} is given as well: give one of the two")
        try:
            return Path(file).read_text(encoding="utf-8").rstrip("\r\n")
        except OSError as failure:
            raise self._refused(name, f"{file} can't be read: {failure.strerror}") from None
        except ValueError:
            raise self._refused(name, f"{file} is no text") from None

    def _refused(self, name: str, why: str) -> ValidationError:
        error = PydanticCustomError("secret_file", "{why}", {"why": why})
        found = InitErrorDetails(type=error, loc=(f"{name}_file",), input=None)
        return ValidationError.from_exception_data(
            self.settings_cls.__name__, [found], hide_input=True
        )


def _is_secret(field: FieldInfo) -> bool:
    return SecretStr in (field.annotation, *get_args(field.annotation))
