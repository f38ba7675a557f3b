/* Keeps what a closing surface shows until it is gone, so that it does not change while it fades. */
import { useState } from "react";

/** Returns the value while open; after that the last one. */
export function useKept<T>(open: boolean, value: T): T {
  const [kept, setKept] = useState(value);
  if (open && kept !== value) setKept(value);
  return open ? value : kept;
}
