import { describe, expect, it } from "vitest";
import { type Draft, draftFaults, EMPTY_DRAFT, isAddress } from "./register-rules";

const good: Draft = { ...EMPTY_DRAFT, username: " ann ", password: "12345678", again: "12345678" };

describe("an own account", () => {
  it("needs a name of at most 20 characters and a password of 8 to 20", () => {
    expect(draftFaults(good, false)).toEqual({});
    expect(draftFaults({ ...good, username: "😀".repeat(20) }, false)).toEqual({});
    expect(draftFaults({ ...good, username: "a".repeat(21) }, false)).toEqual({
      username: "register.faultName",
    });
    expect(draftFaults({ ...good, password: "a".repeat(21) }, false)).toEqual({
      password: "register.faultPassword",
    });
    expect(draftFaults({ ...good, again: "" }, false)).toEqual({ again: "register.faultAgain" });
  });

  it("needs an address and its code only where addresses are verified", () => {
    expect(draftFaults(good, true)).toEqual({
      email: "register.faultEmail",
      code: "register.faultCode",
    });
    expect(draftFaults({ ...good, email: "ann@mail.test", code: "AB12CD" }, true)).toEqual({});
  });

  it.each(["", "ann", "ann@", "@mail.test", "a b@mail.test"])("takes %j for no address", (text) =>
    expect(isAddress(text)).toBe(false),
  );
});
