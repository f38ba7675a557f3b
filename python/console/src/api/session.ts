/*
 * Who is logged in, as far as the browser needs to know it: the id for the New-Api-User header and
 * the role for the menu. The credential itself is an HttpOnly cookie that no script can read.
 */

export type Session = { id: number; username: string; role: number };

const STORE = "weirgate.session";
const LANDED = "landed=";
export const ROLE_ADMIN = 10;
export const ROLE_ROOT = 100;

/** Returns the session, null when nobody is logged in. */
export function readSession(): Session | null {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(STORE) ?? "null");
    return isSession(stored) ? stored : null;
  } catch {
    return null;
  }
}

function isSession(value: unknown): value is Session {
  if (typeof value !== "object" || value === null) return false;
  const { id, username, role } = value as Record<string, unknown>;
  return typeof id === "number" && typeof username === "string" && typeof role === "number";
}

/** Keeps the session after a login. */
export function writeSession(session: Session): void {
  const { id, username, role } = session;
  localStorage.setItem(STORE, JSON.stringify({ id, username, role }));
}

/** Keeps the session that another site's redirect opened: the server tells it once, in a cookie. */
export function takeLanded(): void {
  const kept = document.cookie.split("; ").find((text) => text.startsWith(LANDED));
  if (!kept) return;
  // biome-ignore lint/suspicious/noDocumentCookie: the cookie store is there on https only
  document.cookie = `${LANDED}; Path=/console; Max-Age=0`;
  try {
    const who: unknown = JSON.parse(decodeURIComponent(kept.slice(LANDED.length)));
    if (isSession(who)) writeSession(who);
  } catch {
    // Not what the server writes: the login page comes next.
  }
}

/** Forgets the session. */
export function clearSession(): void {
  localStorage.removeItem(STORE);
}

/** Tells whether the caller may use the admin's pages. */
export function isAdmin(): boolean {
  return (readSession()?.role ?? 0) >= ROLE_ADMIN;
}

/** Tells whether the caller may use the pages of the root administrator. */
export function isRoot(): boolean {
  return (readSession()?.role ?? 0) >= ROLE_ROOT;
}
