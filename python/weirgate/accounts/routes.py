"""HTTP face of users: /api/user/self and the administration under /api/user/."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from weirgate.accounts import schemas as models
from weirgate.accounts.invitations import TRANSFERRED
from weirgate.errors import Text
from weirgate.web.answers import Answer, Paged, ok, paged
from weirgate.web.paging import PageQuery
from weirgate.web.router import Context, Permission, Route

if TYPE_CHECKING:
    from weirgate.accounts.invitations import InvitationService
    from weirgate.accounts.preferences import PreferenceService
    from weirgate.accounts.service import AccountService, OwnAccountService

_TAGS = ("user",)
_ADMIN = Permission.ADMIN
_UPDATED = Text("更新成功", "updated")
_SETTING_SAVED = Text("设置已更新", "the settings were saved")


@dataclass(frozen=True, slots=True)
class AccountServices:
    """The services of this domain."""

    own: OwnAccountService
    accounts: AccountService
    invitations: InvitationService
    preferences: PreferenceService


def routes(services: AccountServices) -> list[Route]:
    """Returns all rows of this domain."""
    return [
        *_own(services.own),
        *_wishes(services.invitations, services.preferences),
        *_reads(services.accounts),
        *_writes(services.accounts),
    ]


def _own(service: OwnAccountService) -> list[Route]:
    async def get_self(context: Context[None, None]) -> Answer:
        return ok(await service.view(context.uow, context.caller))

    async def update_self(context: Context[None, models.SelfUpdate]) -> Answer:
        body = context.body
        for name in ("sidebar_modules", "language"):
            value = getattr(body, name)
            if value is not None:
                await service.update_setting(context.uow, context.caller, name, value)
                return ok(None, message=_UPDATED)
        cookie = context.cookies.get("session", "")
        await service.update(context.uow, context.caller, body, cookie)
        return ok()

    async def delete_self(context: Context[None, None]) -> Answer:
        await service.delete(context.uow, context.caller)
        return ok()

    return [
        Route(method="GET", path="/api/user/self", permission=Permission.USER,
              handler=get_self, answer=models.SelfOut, tags=_TAGS, summary="Own account"),
        Route(method="PUT", path="/api/user/self", permission=Permission.USER,
              handler=update_self, body=models.SelfUpdate, writes=False,
              tags=_TAGS, summary="Change the own account"),
        Route(method="DELETE", path="/api/user/self", permission=Permission.USER,
              handler=delete_self, tags=_TAGS, summary="Delete the own account"),
    ]  # fmt: skip


def _wishes(invitations: InvitationService, preferences: PreferenceService) -> list[Route]:
    async def aff_code(context: Context[None, None]) -> Answer:
        return ok(await invitations.code(context.uow, context.caller))

    async def transfer(context: Context[None, models.AffTransfer]) -> Answer:
        await invitations.transfer(context.uow, context.caller, context.body.quota)
        return ok(message=TRANSFERRED)

    async def save_setting(context: Context[None, models.SettingIn]) -> Answer:
        await preferences.save(context.uow, context.caller, context.body)
        return ok(None, message=_SETTING_SAVED)

    return [
        Route(method="GET", path="/api/user/aff", permission=Permission.USER, handler=aff_code,
              answer=str, tags=_TAGS, summary="Read the own invitation code"),
        Route(method="POST", path="/api/user/aff_transfer", permission=Permission.USER,
              handler=transfer, body=models.AffTransfer, tags=_TAGS,
              summary="Move the reward of invitations into the balance"),
        Route(method="PUT", path="/api/user/setting", permission=Permission.USER,
              handler=save_setting, body=models.SettingIn, tags=_TAGS,
              summary="Save how to be notified"),
    ]  # fmt: skip


def _reads(service: AccountService) -> list[Route]:
    async def list_users(context: Context[PageQuery, None]) -> Answer:
        page = context.query.page()
        users, total = await service.page(context.uow, None, page, context.query.order_by())
        return paged(page, total, users)

    async def search_users(context: Context[models.UserFilter, None]) -> Answer:
        page = context.query.page()
        users, total = await service.page(
            context.uow, context.query, page, context.query.order_by()
        )
        return paged(page, total, users)

    async def get_user(context: Context[None, None]) -> Answer:
        return ok(await service.get(context.uow, context.caller, context.id()))

    return [
        Route(method="GET", path="/api/user/", permission=_ADMIN, handler=list_users,
              query=PageQuery, answer=Paged[models.UserOut], rows="user", tags=_TAGS,
              summary="List users"),
        Route(method="GET", path="/api/user/search", permission=_ADMIN, handler=search_users,
              query=models.UserFilter, answer=Paged[models.UserOut], rows="user", tags=_TAGS,
              summary="Search users"),
        Route(method="GET", path="/api/user/:id", permission=_ADMIN, handler=get_user,
              answer=models.UserOut, tags=_TAGS, summary="Read one user"),
    ]  # fmt: skip


def _writes(service: AccountService) -> list[Route]:
    async def create_user(context: Context[None, models.UserCreate]) -> Answer:
        await service.create(context.uow, context.caller, context.body)
        return ok()

    async def update_user(context: Context[None, models.UserUpdate]) -> Answer:
        await service.update(context.uow, context.caller, context.body)
        return ok()

    async def manage_user(context: Context[None, models.UserManage]) -> Answer:
        outcome = await service.manage(context.uow, context.caller, context.body)
        return ok() if outcome is None else ok({"role": outcome.role, "status": outcome.status})

    async def delete_user(context: Context[None, None]) -> Answer:
        await service.delete(context.uow, context.caller, context.id())
        return ok()

    return [
        Route(method="POST", path="/api/user/", permission=_ADMIN, handler=create_user,
              body=models.UserCreate, writes=False, tags=_TAGS, summary="Create a user"),
        Route(method="PUT", path="/api/user/", permission=_ADMIN, handler=update_user,
              body=models.UserUpdate, writes=False, tags=_TAGS, summary="Change a user"),
        Route(method="POST", path="/api/user/manage", permission=_ADMIN, handler=manage_user,
              body=models.UserManage, tags=_TAGS, summary="Act on a user"),
        Route(method="DELETE", path="/api/user/:id", permission=_ADMIN, handler=delete_user,
              tags=_TAGS, summary="Delete a user"),
    ]  # fmt: skip
