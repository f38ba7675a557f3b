/* Mark and name of the product. */

import { cn } from "@/lib/cn";
import mark from "./mark.svg";

export function Brand({ large }: { large?: boolean }) {
  return (
    <span className="flex items-center gap-2.5">
      <img src={mark} alt="" className={large ? "size-9" : "size-6.5"} />
      <span className={cn("font-semibold tracking-tight", large ? "text-xl" : "text-base")}>
        Weirgate
      </span>
    </span>
  );
}
