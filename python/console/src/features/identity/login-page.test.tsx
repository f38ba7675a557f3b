// @vitest-environment jsdom
import { fireEvent, screen, waitFor } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import { readSession } from "@/api/session";
import { draw, serve } from "@/test/render";
import { LoginForm } from "./login-page";
import { readLoginSearch } from "./search";

const LOGIN = "POST /api/user/login";
const ROOT = {
  id: 1,
  username: "root",
  display_name: "Root",
  role: 100,
  status: 1,
  group: "default",
};

function submit(username: string, password: string) {
  fireEvent.change(screen.getByLabelText("Name or e-mail"), { target: { value: username } });
  fireEvent.change(screen.getByLabelText("Password"), { target: { value: password } });
  fireEvent.click(screen.getByRole("button", { name: "Log in" }));
}

it("keeps who logged in, never the password", async () => {
  const asked = serve({ [LOGIN]: { body: { success: true, message: "", data: ROOT } } });
  const done = vi.fn();
  draw(<LoginForm onDone={done} />);
  submit(" root ", "secret words");
  await waitFor(() => expect(done).toHaveBeenCalledOnce());
  expect(asked[0]?.body).toEqual({ username: "root", password: "secret words" });
  expect(readSession()).toEqual({ id: 1, username: "root", role: 100 });
  expect(JSON.stringify({ ...localStorage })).not.toContain("secret");
});

it("asks for the code where the account has a second factor", async () => {
  const asked = serve({
    [LOGIN]: { body: { success: true, message: "", data: { require_2fa: true } } },
    "POST /api/user/login/2fa": { body: { success: true, message: "", data: ROOT } },
  });
  const done = vi.fn();
  draw(<LoginForm onDone={done} />);
  submit("root", "secret words");
  const code = await screen.findByLabelText("Code or backup code");
  expect(readSession()).toBeNull();
  expect(done).not.toHaveBeenCalled();
  fireEvent.change(code, { target: { value: " 123456 " } });
  fireEvent.click(screen.getByRole("button", { name: "Log in" }));
  await waitFor(() => expect(done).toHaveBeenCalledOnce());
  expect(asked[1]?.body).toEqual({ code: "123456" });
  expect(readSession()).toEqual({ id: 1, username: "root", role: 100 });
});

it("shows the server's refusal and stays", async () => {
  serve({ [LOGIN]: { body: { success: false, message: "wrong name or password" } } });
  const done = vi.fn();
  draw(<LoginForm onDone={done} />);
  submit("root", "guess");
  expect((await screen.findByRole("alert")).textContent).toBe("wrong name or password");
  expect(done).not.toHaveBeenCalled();
  expect(readSession()).toBeNull();
});

it.each(["//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)"])(
  "does not lead to %s after login",
  (next) => expect(readLoginSearch({ next })).toEqual({}),
);

it("leads back to a page of this console after login", () => {
  expect(readLoginSearch({ next: "/logs?type=2", expired: true })).toEqual({
    next: "/logs?type=2",
    expired: true,
  });
});
