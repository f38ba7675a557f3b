"""What a user wants to be told, and how: reads and writes the notification part of the settings.

Secrets in it (a webhook's, Gotify's) are sealed in the row, shown as stars, and kept when the
stars come back. The rest of the settings is left as it is.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import orjson

from weirgate.accounts import rules
from weirgate.accounts.repository import AccountRepository
from weirgate.errors import InvalidInputError, NotFoundError, Text
from weirgate.mail import addresses

if TYPE_CHECKING:
    from weirgate.accounts.schemas import SettingIn
    from weirgate.store import UnitOfWork
    from weirgate.store.crypto import Sealer
    from weirgate.web.auth import Caller

KINDS = ("email", "webhook", "bark", "gotify")
STARS = "***"
SECRETS = ("webhook_secret", "gotify_token")
_SEALED = "sealed:"
_GOTIFY_PRIORITY = 5

_WRONG_KIND = Text("无效的预警类型", "unknown kind of notification")
_WRONG_THRESHOLD = Text("预警阈值必须大于 0", "the threshold must be greater than 0")
_WRONG_WEBHOOK = Text("无效的 Webhook 地址", "the webhook needs an http(s) address")
_WRONG_EMAIL = Text("无效的邮箱地址", "the notification address is no e-mail address")
_WRONG_BARK = Text("无效的 Bark 地址", "Bark needs an http(s) address")
_WRONG_GOTIFY = Text("无效的 Gotify 地址或令牌", "Gotify needs an http(s) address and a token")


class PreferenceService:
    """The caller's notification settings."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    async def save(self, uow: UnitOfWork, caller: Caller, form: SettingIn) -> None:
        """Checks and saves the form.

        Raises:
            InvalidInputError: a field does not fit the kind of notification.
            NotFoundError: the account is gone.
        """
        repository = AccountRepository(uow.session)
        user = await repository.get(caller.user_id, lock=True)
        if user is None:
            raise NotFoundError
        before = rules.setting_of(user.setting)
        wanted = _wanted(form)
        for name in SECRETS:
            if name in wanted:
                wanted[name] = self._kept(user.id, wanted[name], before.get(name))
        merged = {name: value for name, value in before.items() if name not in _OWNED} | wanted
        await repository.write(user.id, {"setting": orjson.dumps(merged).decode()})
        uow.changed.users.add(user.id)

    def _kept(self, user_id: int, text: str, stored: Any) -> str:
        if text == STARS:
            return str(stored or "")
        if not text:
            return ""
        return sealed_secret(text, user_id, self._sealer)


def sealed_secret(text: str, user_id: int, sealer: Sealer) -> str:
    """Returns a secret in the form in which a user's settings keep it."""
    sealed = sealer.seal(text, f"user_setting:{user_id}")
    return _SEALED + base64.b64encode(sealed).decode()


def secret_of(setting: dict[str, Any], name: str, user_id: int, sealer: Sealer) -> str:
    """Returns a secret of a user's settings; one that was never sealed is returned as it is.

    Raises:
        SealError: it does not open.
    """
    stored = str(setting.get(name) or "")
    if not stored.startswith(_SEALED):
        return stored
    sealed = base64.b64decode(stored.removeprefix(_SEALED))
    return sealer.open(sealed, f"user_setting:{user_id}")


def shown(setting: str) -> str:
    """Returns the settings as they may be read, each secret as stars."""
    if not any(name in setting for name in SECRETS):
        return setting
    values = rules.setting_of(setting)
    stars = {name: STARS for name in SECRETS if values.get(name)}
    return orjson.dumps(values | stars).decode()


_OWNED = frozenset(
    {
        "notify_type", "quota_warning_threshold", "webhook_url", "webhook_secret",
        "notification_email", "bark_url", "gotify_url", "gotify_token", "gotify_priority",
        "accept_unset_model_ratio_model", "record_ip_log",
    }
)  # fmt: skip


def _wanted(form: SettingIn) -> dict[str, Any]:
    if form.notify_type not in KINDS:
        raise InvalidInputError(_WRONG_KIND)
    if form.quota_warning_threshold <= 0:
        raise InvalidInputError(_WRONG_THRESHOLD)
    common = {
        "notify_type": form.notify_type,
        "quota_warning_threshold": form.quota_warning_threshold,
        "accept_unset_model_ratio_model": form.accept_unset_model_ratio_model,
        "record_ip_log": form.record_ip_log,
    }
    return common | _WAYS[form.notify_type](form)


def _email(form: SettingIn) -> dict[str, Any]:
    if not form.notification_email:
        return {}
    try:
        return {"notification_email": addresses.checked(form.notification_email)}
    except InvalidInputError as error:
        raise InvalidInputError(_WRONG_EMAIL) from error


def _webhook(form: SettingIn) -> dict[str, Any]:
    _check_url(form.webhook_url, _WRONG_WEBHOOK)
    return {"webhook_url": form.webhook_url, "webhook_secret": form.webhook_secret}


def _bark(form: SettingIn) -> dict[str, Any]:
    _check_url(form.bark_url, _WRONG_BARK)
    return {"bark_url": form.bark_url}


def _gotify(form: SettingIn) -> dict[str, Any]:
    _check_url(form.gotify_url, _WRONG_GOTIFY)
    if not form.gotify_token:
        raise InvalidInputError(_WRONG_GOTIFY)
    priority = form.gotify_priority if 0 <= form.gotify_priority <= 10 else _GOTIFY_PRIORITY
    return {
        "gotify_url": form.gotify_url,
        "gotify_token": form.gotify_token,
        "gotify_priority": priority,
    }


_WAYS = {"email": _email, "webhook": _webhook, "bark": _bark, "gotify": _gotify}


def _check_url(text: str, wrong: Text) -> None:
    if not rules.is_web_address(text):
        raise InvalidInputError(wrong)
