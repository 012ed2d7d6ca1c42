"""出页面: one way to answer a browser with a page, one to send it on after a form."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment

from api.identity import csrf
from api.identity.sessions import SignedIn, cookie_name
from api.kit import templating, words
from api.kit.access import Permission, may
from api.kit.deps import ANONYMOUS
from api.kit.errors import Problem
from api.kit.labels import sentence
from api.kit.paths import inner_path, kept_path, server_root, year_root
from api.kit.shell import Message, Shell, YearChoice, entry_of, navigation
from award.year import store as year_store

FLASH = "done"
# What a form may say after it was done. The cookie holds the code only: no personal data, nothing
# to inject.
DONE: dict[str, str] = {
    "saved": "已保存。",
    "forgotten": "已按规则处理，操作日志里写明了范围和理由。",
    "applied": "已写入名册。",
    "borrowed": "已接收，借用的专家在专家页里，来源写着借出单位。",
    "taken-back": "已收回，在外的服务记进了履职记录。",
    "loan-recalled": "已撤回，人空出来了。",
    "dropped": "已放弃这次导入，名册没有变化。",
    "headings": "表头已确认并记住。",
    "answers": "回答已保存。",
    "row-settled": "已记下处理情况。",
    "suspended": "已暂停使用。",
    "reinstated": "已恢复使用。",
    "conflict": "回避情形已登记。",
    "conflict-ended": "已记下。应当回避的情形，另一人在回避页同意后才终止；"
    "终止后在回溯年限内仍须回避。",
    "conflict-withdrawn": "已记下，理由保留在日志里。应当回避的情形，另一人在回避页同意后才撤销。",
    "agreed-again": "已同意再次抽取。",
    "decided": "回避决定已登记。",
    "to-be-cleared": "已提出不需回避，等另一人在回避页上决定；决定之前照样回避。",
    "appointed": "聘任已登记。",
    "recommended": "推荐表已读入，请逐人审查。",
    "decided-candidacy": "审查决定已登记。",
    "applied-for": "申请已登记，等待资格审查。",
    "regraded": "等级已变更，新聘书可以下载。",
    "ended": "聘任已终止。",
    "stage": "履职情况已记录。",
    "rated": "评价已登记。",
    "case": "案件已登记，专家暂停使用。",
    "case-decided": "处理决定已登记。",
    "proposal": "决定已登记。",
    "service": "评审工作已按已发布方案登记。",
    "staff-declared": "回避已登记，立即生效。",
    "staff-decided": "决定已登记。",
    "waiver": "已提出豁免，等待另一人复核。",
    "official": "名单已更新。",
    "names-answered": "已记下，以后的名单都按此办理。",
    "holdings": "股东名单已导入。",
    "request": "回避申请已登记，决定前不安排该专家。",
    "declared": "声明与承诺已登记。",
    "days": "可用时间已保存。",
    "withdrawn": "已撤回。",
    "applicant-withdrawn": "已登记退出。",
    "edited": "方案已调整，并重新复核。",
    "arranged": "已按表格修改草案，并重新复核；不合意可以撤销。",
    "undid": "已撤销上一步。",
    "redid": "已重做。",
    "forbidden": "已记下，不作这样的安排。",
    "pinned": "已固定；重新编组时保持不变。",
    "unpinned": "已取消固定。",
    "submitted": "已提交复核；复核人办理之前方案不再改动。",
    "recalled": "已收回，可以继续调整。",
    "sent-back": "已退回，意见写在方案上。",
    "approved": "方案已批准。",
    "reopened": "已退回修改，须重新批准。",
    "copied": "已另存为新的草案。",
    "adopted": "已采用为新的草案，原来的版本不变。",
    "drawn": "抽取完成，抽中的方案已存为新的草案。",
    "voiding": "已提出作废，等待另一人决定；决定之前不能抽取。",
    "set-kept": "已决定不作废，可以继续抽取。",
    "voided": "已作废，可以重新寻找备选方案。",
    "published": "方案已发布，此版本不再改动。",
    "cancelled": "正在停止，稍后给出当前最好的方案。",
    "account-changed": "账号状态已更改。",
    "account-confirmed": "已确认是本人在用，可以作两人办理事项的第二个人。",
    "year": "年度设置已保存。",
    "first-year": "年度已经建立。编组规则和权重先按常用的填好，随时可以在“年度与规则”里改。",
    "year-opened": "年度已经建立，请核对规则和权重。",
    "evaluation-issued": "综合评价报告已出具，候选组织已确定。",
    "roster-frozen": "审委会名单已固定。",
    "tally-typed": "您的计票单已记下。",
    "vote-confirmed": "表决结果已确认。",
    "award-approved": "批准文件已登记，获奖名单已生成。",
    "paid": "奖金发放已登记。",
    "revoked": "撤销已登记。",
    "title-fine": "用法符合办法第十九条。",
    "title-wrong": "用法不符合办法第十九条，已记录。",
    "sealed": "归档包已封存，请由另一人核验。",
    "verified": "归档包已核验。",
    "none": "已记录：没有其他需要回避的情形。",
    "feed-stopped": "订阅地址已停用。",
    "confirmed": "资料已核对。",
    "signed": "已签署，谢谢。",
    "sign-before-list": "请先签署声明与保密承诺，再对照申报组织名单申报回避情形。",
    "link-stopped": "个人链接已停用，凭它打开的页面随即退出。",
    "sign-first": "接受任务之前，请先签署声明与保密承诺。",
    "accepted": "已接受，谢谢。",
    "declined": "已记录，审定办会另作安排。",
    "undone": "已恢复到上一次的时间。",
    "asked-erasure": "已转审定办办理，答复会显示在这一页。",
    "settled": "答复已登记。",
    "written": "通知已放入发件箱，请选择方式交付。",
    "nothing-written": "没有需要通知的人。",
    "dropped-message": "已作废。",
    "round-opened": "征集期限已登记。",
    "round-closed": "征集已截止，专家不能再自行修改时间。",
    "answered": "答复已登记。",
    "asked-anew": "已恢复征询，可以重新安排。",
    "book-saved": "这一条已保存。",
    "book-locked": "评分表已锁定，请记下回执。",
    "book-read": "评分表已写入，请核对后锁定。",
    "paper-typed": "已录入，等待另一人录入同一份评分表。",
    "paper-locked": "两人录入一致，评分表已锁定；请把回执告诉评审员。",
    "agreed": "合议结果已保存。",
    "report-issued": "报告已出具，请各成员签名。",
    "report-signed": "已签署。",
    "shortlisted": "入围名单已确定。",
    "rules-bound": "办法和评审标准已按此登记；通知之日起固定。",
    "stage-moved": "年度已进入新的阶段。",
    "back-proposed": "已提出退回，等待另一人办理。",
    "taken-in": "申报材料已核对齐全。",
    "qualified": "资格审查决定已登记。",
    "answered-opinion": "答复已收到，谢谢；期限前可以再改。",
    "expired": "登录已经过期，请重新登录。",
    "expired-link": "这次打开的页面已经过期，请重新点开发给您的个人链接。",
    "factor-off": "第二重验证已停用。",
}


@lru_cache(maxsize=24)  # one for each year that people look at
def _environment(root: str) -> Environment:
    return templating.environment(lambda path: path if path.startswith(("#", "?")) else root + path)


def page(
    request: Request,
    template: str,
    view: object,
    *,
    status: int = 200,
    messages: tuple[Message, ...] = (),
    counts: Mapping[str, int] | None = None,
) -> Response:
    """Draw `template` with `page` = view and the frame of whoever is signed in."""
    done = DONE.get(request.cookies.get(FLASH, ""))
    shown = ((Message(done, "ok"),) if done and status == 200 else ()) + messages
    html = draw(request, template, view, shown, counts, _years(request))
    response = HTMLResponse(html, status)
    if FLASH in request.cookies and "hx-request" not in request.headers:
        response.delete_cookie(FLASH, path="/", httponly=True, samesite="lax")
    return response


def draw(
    request: Request,
    template: str,
    view: object,
    messages: tuple[Message, ...] = (),
    counts: Mapping[str, int] | None = None,
    years: tuple[YearChoice, ...] = (),
) -> str:
    signed_in: SignedIn | None = getattr(request.state, "signed_in", None)
    role = signed_in.viewer.role if signed_in else ANONYMOUS.role
    shell = Shell(
        user_name=signed_in.actor.name if signed_in else "",
        role=role,
        csrf=csrf.masked(signed_in.csrf_token) if signed_in else "",
        nav=navigation(role, inner_path(request.scope), counts),
        messages=messages,
        user_id=signed_in.actor.id if signed_in else "",
        years=years,
        help=entry_of(inner_path(request.scope)).strip("/") or "today",
    )
    # A stranger's pages are of no year: he must not fill the memory with one environment for each.
    root = str(request.scope.get("root_path", "")) if signed_in else server_root(request.scope)
    environment = _environment(root)
    html = environment.get_template(template).render(page=view, shell=shell)
    if words.PLACE not in html:
        return html
    macro: Any = environment.globals["meanings"]
    return html.replace(words.PLACE, str(macro(words.words_in(html))), 1)


def _years(request: Request) -> tuple[YearChoice, ...]:
    """The years there are, each with the address of the present page in that year."""
    signed_in: SignedIn | None = getattr(request.state, "signed_in", None)
    if signed_in is None or not may(signed_in.viewer.role, Permission.READ_YEAR):
        return ()
    with request.app.state.ledger.read() as session:
        numbers = year_store.numbers(session)
    chosen = getattr(request.state, "year", None) or max(numbers, default=None)
    server, entry = server_root(request.scope), entry_of(inner_path(request.scope))
    return tuple(
        YearChoice(year, year_root(server, year if position else None) + entry, year == chosen)
        for position, year in enumerate(numbers)
    )


def notice(request: Request, text: str, basis: str = "") -> str:
    """One refusal as the pages show it, as HTML."""
    macro: Any = _environment(str(request.scope.get("root_path", ""))).globals["notice"]
    return str(macro(text, "bad", basis))


def see_other(request: Request, path: str, done: str = "") -> Response:
    """After a form: 303 to a page that a reload cannot send twice, with one sentence to show
    there.
    """
    return _sent_to(request, str(request.scope.get("root_path", "")) + path, done)


def to_year(request: Request, year: int | None, path: str, done: str = "") -> Response:
    """The same, to a page of another year; None: the latest."""
    return _sent_to(request, year_root(server_root(request.scope), year) + path, done)


def _sent_to(request: Request, address: str, done: str) -> Response:
    response = RedirectResponse(address, 303)
    if done:
        secure = bool(request.app.state.settings.secure)
        response.set_cookie(
            FLASH, done, max_age=60, path="/", httponly=True, secure=secure, samesite="lax"
        )
    return response


def error_page(request: Request, problem: Problem) -> Response:
    """差错页: what was refused, why, and a way back; a stranger is sent to the log-in page."""
    if problem.status == 401:
        path = kept_path(request.scope)
        asked = f"?next={path}" if request.method == "GET" and path != "/" else ""
        return to_year(request, None, "/login" + asked, _expired(request))
    if problem.code == "second-factor-due" and request.method == "GET":
        return see_other(request, "/second-factor")
    view: dict[str, Any] = {
        "title": problem.title,
        "detail": sentence(problem),
        "legal_basis": problem.legal_basis,
        "back": _back(request),
        "request_id": request.scope.get("state", {}).get("request_id", ""),
    }
    return HTMLResponse(
        draw(request, "error.html", view), problem.status, headers=dict(problem.headers or {})
    )


def _expired(request: Request) -> str:
    """What to say to somebody whose session is over, rather than to a stranger."""
    if cookie_name(request.app.state.settings) not in request.cookies:
        return ""
    return "expired-link" if inner_path(request.scope).startswith("/me") else "expired"


def _back(request: Request) -> str:
    """The page a form came from when it is ours; else the first page."""
    came = request.headers.get("referer", "")
    own = f"{request.url.scheme}://{request.headers.get('host', '')}"
    root = str(request.scope.get("root_path", ""))
    path = came.removeprefix(own)
    if came.startswith(own + "/") and path != request.url.path and not path.startswith("//"):
        return path.removeprefix(root)
    return "/"
