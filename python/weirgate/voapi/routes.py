"""HTTP face of VoAPI 2's user API; its paths are there in the voapi dialect alone.

`{code, data, msg}` instead of the family's envelope: 0 is success, 1 a check-in that was done.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from weirgate.checkins.rules import DONE_TODAY
from weirgate.dialects import Dialect
from weirgate.errors import RefusedError
from weirgate.identity.turnstile import Visitor
from weirgate.voapi import schemas as models
from weirgate.voapi.service import VoapiAccount, VoapiCheckIns, VoapiKeyDesk
from weirgate.web.answers import Answer
from weirgate.web.router import Context, Form, Limit, Permission, Route

if TYPE_CHECKING:
    from weirgate.errors import Text
    from weirgate.identity.turnstile import Turnstile
    from weirgate.voapi.service import VoapiServices

ALREADY_SIGNED = 1
_row = partial(
    Route,
    permission=Permission.USER,
    form=Form.VOAPI,
    dialects=frozenset({Dialect.VOAPI}),
    tags=("voapi",),
)


def routes(services: VoapiServices, turnstile: Turnstile) -> list[Route]:
    """Returns all rows of this domain."""
    desk = VoapiKeyDesk(services)
    return [
        *_account(VoapiAccount(services)),
        *_key_reads(desk, services),
        *_key_writes(desk, services),
        *_check_ins(VoapiCheckIns(services), turnstile),
    ]


def _done(data: object = None, **more: Any) -> Answer:
    return Answer(fields={"code": 0, "data": data, "msg": "ok", "message": "ok", **more})


def _account(account: VoapiAccount) -> list[Route]:
    async def info(context: Context[None, None]) -> Answer:
        return _done(await account.info(context.uow, context.caller))

    async def statistics(context: Context[models.StatisticsQuery, None]) -> Answer:
        return _done(await account.statistics(context.uow, context.caller, context.query))

    async def invitation(context: Context[None, None]) -> Answer:
        base_url = f"{context.scheme}://{context.host}"
        return _done(await account.invitation(context.uow, context.caller, base_url))

    return [
        _row(method="GET", path="/api/user/info", handler=info, answer=models.AccountInfo,
             summary="The caller's account in VoAPI's words"),
        _row(method="GET", path="/api/dash/statistics", handler=statistics,
             query=models.StatisticsQuery, answer=models.Statistics,
             summary="The caller's sums of a range"),
        _row(method="GET", path="/api/user/invite-info", handler=invitation,
             answer=models.InviteInfo, summary="Where the caller's guests register"),
    ]  # fmt: skip


def _key_reads(desk: VoapiKeyDesk, services: VoapiServices) -> list[Route]:
    async def list_keys(context: Context[models.KeyListQuery, None]) -> Answer:
        return _done(await desk.page(context.uow, context.caller, context.query.page()))

    async def template(context: Context[None, None]) -> Answer:
        return _done(await desk.template(context.uow, context.caller))

    async def reveal(context: Context[None, None]) -> Answer:
        text = "sk-" + await services.keys.reveal(context.uow, context.caller, context.id())
        return _done(text, token=text).without_store()

    return [
        _row(method="GET", path="/api/keys", handler=list_keys, query=models.KeyListQuery,
             answer=models.VoapiKeys, summary="List own keys in VoAPI's words"),
        _row(method="GET", path="/api/keys/template", handler=template,
             answer=models.KeyTemplate, summary="Groups and models that a key may have"),
        _row(method="POST", path="/api/keys/:id/token", handler=reveal, answer=str,
             limit=Limit.CRITICAL, writes=False, summary="Reveal one key in VoAPI's words"),
    ]  # fmt: skip


def _key_writes(desk: VoapiKeyDesk, services: VoapiServices) -> list[Route]:
    async def create(context: Context[None, models.KeyForm]) -> Answer:
        await desk.create(context.uow, context.caller, context.body)
        return _done()

    async def update(context: Context[None, models.KeyForm]) -> Answer:
        await desk.update(context.uow, context.caller, context.id(), context.body)
        return _done()

    async def delete(context: Context[None, None]) -> Answer:
        await services.keys.delete(context.uow, context.caller, context.id())
        return _done()

    return [
        _row(method="POST", path="/api/keys", handler=create, body=models.KeyForm,
             summary="Create keys in VoAPI's words"),
        _row(method="PUT", path="/api/keys/:id", handler=update, body=models.KeyForm,
             summary="Change a key in VoAPI's words"),
        _row(method="DELETE", path="/api/keys/:id", handler=delete, summary="Delete a key"),
    ]  # fmt: skip


def _check_ins(check_ins: VoapiCheckIns, turnstile: Turnstile) -> list[Route]:
    async def stats(context: Context[None, None]) -> Answer:
        return _done(await check_ins.stats(context.uow, context.caller))

    async def template(context: Context[None, None]) -> Answer:
        return _done(await check_ins.template(context.uow, context.caller))

    async def records(context: Context[None, None]) -> Answer:
        return _done(await check_ins.records(context.uow, context.caller))

    async def sign(context: Context[models.SignQuery, None]) -> Answer:
        cookie = await turnstile.check(context.uow, Visitor.of(context, context.query.turnstile))
        if cookie:
            context.set_header("set-cookie", cookie)
        try:
            return _done(await check_ins.sign(context.uow, context.caller))
        except RefusedError as refused:
            if refused.text != DONE_TODAY:
                raise
            return _already(refused.text)

    return [
        _row(method="GET", path="/api/check_in/stats", handler=stats, answer=models.SignStats,
             summary="Where the caller's check-ins stand"),
        _row(method="GET", path="/api/check_in/template", handler=template,
             answer=models.SignTemplate, summary="What check-ins give"),
        _row(method="GET", path="/api/check_in", handler=records, answer=models.SignRecords,
             summary="The caller's check-ins of this month"),
        _row(method="POST", path="/api/check_in", handler=sign, query=models.SignQuery,
             answer=models.SignRecord | None, writes=False,
             summary="Check in, answered in VoAPI's words"),
    ]  # fmt: skip


def _already(text: Text) -> Answer:
    fields = {"code": ALREADY_SIGNED, "data": None, "msg": text.zh, "message": ""}
    return Answer(fields=fields, message=text)
