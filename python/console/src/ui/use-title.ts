/* The title of the window: what the page is, then the product. */
import { useEffect } from "react";

/** Names the window after the page while it is shown. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Weirgate`;
  }, [title]);
}
