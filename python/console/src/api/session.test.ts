// @vitest-environment jsdom
import { beforeEach, expect, it } from "vitest";
import { readSession, takeLanded } from "./session";

const WHO = { id: 4, username: "ann; née Ö", role: 1 };

function land(text: string) {
  // biome-ignore lint/suspicious/noDocumentCookie: as the server sets it
  document.cookie = `landed=${encodeURIComponent(text)}; Path=/console`;
}

beforeEach(() => {
  localStorage.clear();
  window.history.replaceState(null, "", "/console");
});

it("keeps who landed, and forgets the cookie", () => {
  land(JSON.stringify(WHO));
  takeLanded();
  expect(readSession()).toEqual(WHO);
  expect(document.cookie).toBe("");
});

it.each(["", "not JSON", '{"id":"4"}'])("keeps nothing of %j", (text) => {
  land(text);
  takeLanded();
  expect(readSession()).toBeNull();
  expect(document.cookie).toBe("");
});
