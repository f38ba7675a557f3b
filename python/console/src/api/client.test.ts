// @vitest-environment jsdom
import { expect, it, vi } from "vitest";
import { serve } from "@/test/render";
import { ApiError, api, bodyOf, dataOf, setUnauthorizedHandler, wholeOf } from "./client";
import { writeSession } from "./session";

const SELF = "GET /api/user/self";
const self = () => dataOf(api.GET("/api/user/self"));

async function failure(call: Promise<unknown>): Promise<ApiError> {
  const reason = await call.then(
    () => null,
    (error: unknown) => error,
  );
  if (!(reason instanceof ApiError)) throw new Error("the call did not fail as an ApiError");
  return reason;
}

it("opens the envelope and names the caller in the header", async () => {
  const asked = serve({ [SELF]: { body: { success: true, message: "", data: { id: 7 } } } });
  writeSession({ id: 7, username: "alice", role: 1 });
  expect(await self()).toEqual({ id: 7 });
  expect(asked[0]?.headers.get("New-Api-User")).toBe("7");
});

it("names nobody before login", async () => {
  const asked = serve({ [SELF]: { body: { success: true, message: "", data: { id: 7 } } } });
  await self();
  expect(asked[0]?.headers.has("New-Api-User")).toBe(false);
});

it("turns a refusal with status 200 into a failure with the server's words", async () => {
  serve({ [SELF]: { body: { success: false, message: "no such user" } } });
  expect(await failure(self())).toMatchObject({ kind: "refused", message: "no such user" });
});

it("ends the session when the server does not know it, but not before a login", async () => {
  const ended = vi.fn();
  setUnauthorizedHandler(ended);
  serve({ [SELF]: { status: 401, body: { success: false, message: "not logged in" } } });
  expect((await failure(self())).kind).toBe("unauthorized");
  expect(ended).not.toHaveBeenCalled();
  writeSession({ id: 7, username: "alice", role: 1 });
  await failure(self());
  expect(ended).toHaveBeenCalledOnce();
});

it.each([
  [429, "", "rate_limited"],
  [503, "<h1>upstream</h1>", "server"],
  [200, "<h1>not json</h1>", "server"],
  [200, { success: true, message: "" }, "server"],
])("reads status %d with body %j as %s", async (status, body, kind) => {
  serve({ [SELF]: { status, body } });
  expect((await failure(self())).kind).toBe(kind);
});

it("reads the detail of our own problem documents", async () => {
  serve({
    "GET /api/weirgate/overview": { status: 400, body: { detail: "since is in the future" } },
  });
  const reason = await failure(bodyOf(api.GET("/api/weirgate/overview")));
  expect(reason).toMatchObject({ kind: "refused", message: "since is in the future" });
});

it("tells a server that cannot be reached from one that refuses", async () => {
  serve({});
  expect((await failure(self())).kind).toBe("network");
});

it("accepts an answer without data where none is expected", async () => {
  serve({ "DELETE /api/token/3": { body: { success: true, message: "" } } });
  const call = api.DELETE("/api/token/{id}", { params: { path: { id: 3 } } });
  expect((await wholeOf(call)).success).toBe(true);
});
