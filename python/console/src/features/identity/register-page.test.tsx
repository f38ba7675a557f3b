// @vitest-environment jsdom
import { fireEvent, screen, waitFor } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import { readSession } from "@/api/session";
import { draw, serve } from "@/test/render";
import { RegisterForm } from "./register-page";
import { NewPassword } from "./reset-page";
import { readRegisterSearch, readResetSearch } from "./search";

const REGISTER = "POST /api/user/register";
const DONE = { success: true, message: "" };
const ANN = { id: 7, username: "ann", display_name: "ann", role: 1, status: 1, group: "default" };

function type(label: string, value: string) {
  fireEvent.change(screen.getByLabelText(label), { target: { value } });
}

function fill() {
  type("Name", " ann ");
  type("Password", "secret words");
  type("Repeat the password", "secret words");
}

const submit = () => fireEvent.click(screen.getByRole("button", { name: "Create an account" }));

it("registers with the invitation and logs in", async () => {
  const asked = serve({
    [REGISTER]: { body: DONE },
    "POST /api/user/login": { body: { ...DONE, data: ANN } },
  });
  const done = vi.fn();
  draw(<RegisterForm signIn={{}} aff="12e4" onDone={done} />);
  fill();
  submit();
  await waitFor(() => expect(done).toHaveBeenCalledExactlyOnceWith(true));
  expect(asked[0]?.body).toEqual({ username: "ann", password: "secret words", aff_code: "12e4" });
  expect(readSession()).toEqual({ id: 7, username: "ann", role: 1 });
});

it("asks for the mailed code where addresses are verified", async () => {
  const asked = serve({
    "GET /api/verification": { body: DONE },
    [REGISTER]: { body: { success: false, message: "the code is wrong" } },
  });
  const done = vi.fn();
  draw(<RegisterForm signIn={{ email_verification: true }} onDone={done} />);
  fill();
  submit();
  expect(screen.getByText("Enter the code from the e-mail.")).toBeTruthy();
  type("E-mail address", "ann@mail.test");
  fireEvent.click(screen.getByRole("button", { name: "Send a code" }));
  await screen.findByRole("button", { name: "Send again" });
  type("Code from the e-mail", " AB12CD ");
  submit();
  expect((await screen.findByRole("alert")).textContent).toBe("the code is wrong");
  expect(asked.map(({ call }) => call)).toEqual(["GET /api/verification", REGISTER]);
  expect(asked[1]?.body).toMatchObject({ email: "ann@mail.test", verification_code: "AB12CD" });
  expect(done).not.toHaveBeenCalled();
});

it("leaves the login to the login page where it does not work at once", async () => {
  serve({
    [REGISTER]: { body: DONE },
    "POST /api/user/login": { body: { success: false, message: "not now" } },
  });
  const done = vi.fn();
  draw(<RegisterForm signIn={{}} onDone={done} />);
  fill();
  submit();
  await waitFor(() => expect(done).toHaveBeenCalledExactlyOnceWith(false));
});

it("uses a reset link up by a click only, and shows the new password", async () => {
  const asked = serve({ "POST /api/user/reset": { body: { ...DONE, data: "fresh words" } } });
  draw(<NewPassword link={{ email: "ann@mail.test", token: "t" }} />);
  expect(asked).toEqual([]);
  fireEvent.click(screen.getByRole("button", { name: "Get a new password" }));
  expect(await screen.findByText("fresh words")).toBeTruthy();
  expect(asked[0]?.body).toEqual({ email: "ann@mail.test", token: "t" });
});

it("keeps invitations and the parts of reset links", () => {
  expect(readRegisterSearch({ aff: 1234, other: 1 })).toEqual({ aff: "1234" });
  expect(readRegisterSearch({ aff: ["x"] })).toEqual({});
  expect(readResetSearch({ email: "a@b", token: "c" })).toEqual({ email: "a@b", token: "c" });
});
