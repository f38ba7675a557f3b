// @vitest-environment jsdom
import { fireEvent, screen, waitFor } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import { draw, serve } from "@/test/render";
import { KeyDrawer } from "./key-drawer";

const DONE = { success: true, message: "" };
const ANSWERS = {
  "GET /api/status": { body: { ...DONE, data: { quota_per_unit: 500_000 } } },
  "GET /api/user/models": { body: { ...DONE, data: ["gpt-4o"] } },
  "GET /api/user/self/groups": { body: { ...DONE, data: {} } },
  "POST /api/token/": { body: DONE },
  "GET /api/token/": {
    body: { ...DONE, data: { items: [{ id: 5, name: "bot", key: "ab**yz" }] } },
  },
  "POST /api/token/5/key": { body: { ...DONE, data: { key: "abcdefxyz" } } },
};

function open() {
  const created = vi.fn();
  draw(<KeyDrawer open subject={undefined} onClose={() => undefined} onCreated={created} />);
  return created;
}

const create = () => fireEvent.click(screen.getByRole("button", { name: "Create key" }));

it("asks for a name before it asks the server", async () => {
  const asked = serve(ANSWERS);
  open();
  create();
  expect((await screen.findByRole("alert")).textContent).toBe("Enter a name.");
  expect(asked.some(({ call }) => call === "POST /api/token/")).toBe(false);
});

it("creates the key and hands over its whole text", async () => {
  const asked = serve(ANSWERS);
  const created = open();
  fireEvent.change(screen.getByLabelText("Name"), { target: { value: "bot" } });
  fireEvent.click(screen.getByRole("switch"));
  fireEvent.change(screen.getByLabelText("Budget in US dollars"), { target: { value: "0.5" } });
  create();
  await waitFor(() => expect(created).toHaveBeenCalledWith("sk-abcdefxyz", []));
  const sent = asked.find(({ call }) => call === "POST /api/token/")?.body;
  expect(sent).toMatchObject({ name: "bot", unlimited_quota: false, remain_quota: 250_000 });
});

it("shows the server's refusal in the form", async () => {
  serve({ ...ANSWERS, "POST /api/token/": { body: { success: false, message: "too many keys" } } });
  const created = open();
  fireEvent.change(screen.getByLabelText("Name"), { target: { value: "bot" } });
  create();
  expect((await screen.findByRole("alert")).textContent).toBe("too many keys");
  expect(created).not.toHaveBeenCalled();
});
