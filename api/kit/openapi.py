"""接口说明: the OpenAPI document and its page, both served from this machine (no CDN)."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse

from api.kit.access import Permission, Router

DESCRIPTION = """
诸暨市政府质量奖评审管理的程序接口。页面与接口调用同一组用例，权限、回避和审计完全相同。

* **登录**：`POST /api/v1/session` 得到会话 Cookie 和 `csrf_token`；
  此后每个修改请求在 `X-CSRF-Token` 中带上它。
* **版本**：可修改的内容带 `ETag`；修改时在 `If-Match` 中带回。
  缺少时答 428，内容已被他人修改时答 412。
* **重复提交**：修改请求可在 `Idempotency-Key` 中带一个自选的键（8 至 64 个字母、数字、- 或 _）；
  一天之内用同一个键再送同一个请求，不再办理，答复与第一次相同。
* **差错**：`application/problem+json`，`detail` 是可以直接给用户看的一句话，`errors` 逐个字段说明。
* **权限**：每个接口的 `x-allow` 写明所需权限；看不到的对象一律答 404。
""".strip()

TAGS: list[dict[str, Any]] = [
    {"name": "登录", "description": "登录、退出、会话、账号。"},
    {"name": "年度", "description": "评审年度、工作日历。"},
    {"name": "年度步骤", "description": "分阶段办理：步骤、设置与出处、评审标准。"},
    {"name": "受理", "description": "申报受理、资格审查、征求部门意见。"},
    {"name": "评分", "description": "评分表、合议、评审报告、入围。"},
    {"name": "专家", "description": "专家库：资料、行业、回避、空闲。"},
    {"name": "申报组织", "description": "当年申报组织。"},
    {"name": "导入", "description": "台账导入：先试读，再回答问题，再入库。"},
    {"name": "编组", "description": "编组问题快照与求解任务。"},
    {"name": "方案", "description": "编组方案：调整、批准、发布、下载。"},
    {"name": "本人", "description": "评审员本人凭个人链接查看和填写。"},
    {"name": "监督", "description": "审计记录。"},
    {"name": "运行", "description": "运行状态。"},
]

PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "title": "Problem",
    "description": "差错说明（RFC 9457）",
    "required": ["type", "title", "status", "code", "detail", "request_id"],
    "properties": {
        "type": {"type": "string", "examples": ["urn:expert-pool:stale"]},
        "title": {"type": "string", "examples": ["内容已被他人修改"]},
        "status": {"type": "integer", "examples": [412]},
        "code": {"type": "string", "examples": ["stale"]},
        "detail": {"type": "string"},
        "legal_basis": {"type": "string"},
        "request_id": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "reason"],
                "properties": {"field": {"type": "string"}, "reason": {"type": "string"}},
            },
        },
    },
}

_SWAGGER = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>接口说明</title>
<link rel="icon" href="docs/assets/favicon.png">
<link rel="stylesheet" href="docs/assets/swagger-ui.css"></head>
<body><div id="swagger-ui"></div>
<script src="docs/assets/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script></body></html>
"""
# The token of the session goes along with "Try it out": Swagger UI reads it from /api/v1/session.
_START = """\
const ui = SwaggerUIBundle({
  url: "openapi.json", dom_id: "#swagger-ui", deepLinking: true, validatorUrl: null,
  requestInterceptor: async (request) => {
    if (request.method && request.method !== "GET") {
      const session = await fetch("api/v1/session");
      if (session.ok) request.headers["X-CSRF-Token"] = (await session.json()).csrf_token;
    }
    return request;
  },
});
"""

router = Router(include_in_schema=False)


@router.get("/openapi.json", allow=Permission.PUBLIC)
def openapi_document(request: Request) -> JSONResponse:
    document = request.app.openapi()
    root = request.scope.get("root_path", "")
    return JSONResponse({**document, "servers": [{"url": root}]} if root else document)


@router.get("/docs", allow=Permission.PUBLIC)
def docs_page() -> HTMLResponse:
    return HTMLResponse(_SWAGGER)


@router.get("/docs/start.js", allow=Permission.PUBLIC)
def docs_start() -> PlainTextResponse:
    return PlainTextResponse(_START, media_type="text/javascript")


def install(app: FastAPI) -> None:
    """Serve /docs from the fastapi-offline wheel and describe every operation's errors once."""
    app.include_router(router)
    app.state.mount_static(app, "/docs/assets", Path(str(files("fastapi_offline") / "static")))
    build = app.openapi

    def complete() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = build()
            _describe_errors(document)
            app.openapi_schema = document
        return app.openapi_schema

    app.openapi = complete  # type: ignore[method-assign]


def _describe_errors(document: dict[str, Any]) -> None:
    """Every operation may answer a problem; which statuses exactly is a matter of the caller's role
    and the state of things.
    """
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas["Problem"] = PROBLEM_SCHEMA
    schemas.pop("HTTPValidationError", None)
    schemas.pop("ValidationError", None)
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for item in document["paths"].values():
        for method, operation in item.items():
            expected = {"404": "没有找到，或者无权查看"}
            if operation.get("x-allow") != Permission.PUBLIC:
                expected |= {"401": "没有登录", "403": "不能办理"}
            elif method == "post":  # the ways in
                expected |= {"401": "登录名、口令或验证码不对", "429": "失败次数过多，请稍候再试"}
            if method != "get" and operation.get("x-allow") == Permission.OWN_SESSION:
                # Who is in already is asked for password and code again, and may not guess.
                expected |= {"429": "失败次数过多，请稍候再试"}
            if method != "get":
                expected |= {
                    "400": "正文无法读取",
                    "403": "不能办理，或缺少 X-CSRF-Token",
                    "409": "现在不能办理",
                    "413": "内容太大",
                }
            if any(
                parameter["name"].lower() == "if-match"
                for parameter in operation.get("parameters", ())
            ):
                expected |= {"412": "内容已被他人修改", "428": "缺少 If-Match"}
            expected |= {"422": "填写有误", "503": "暂时不能办理"}
            own = operation["responses"].keys() - {"422"}  # what a route says of itself stays
            for status, sentence in expected.items():
                if status in own:
                    continue
                operation["responses"][status] = {"description": sentence, "content": problem}
