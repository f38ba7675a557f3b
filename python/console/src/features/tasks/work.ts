/* A task or a drawing as one line of a list. Times in Unix seconds, 0 when unknown. Pure. */
import type { Drawing, Task } from "@/api/shapes";
import type { Tone } from "@/ui/badge";

export type Work = {
  id: number;
  number: string;
  what: string;
  status: string;
  progress: string;
  submitted: number;
  finished: number;
  quota: number;
  failure: string;
  result: string;
};

const MILLISECONDS_FROM = 100_000_000_000; // drawings travel in milliseconds, tasks in seconds

function seconds(time: number): number {
  return time >= MILLISECONDS_FROM ? Math.floor(time / 1000) : time;
}

/** Returns the line of a task. */
export function taskWork(task: Task): Work {
  return {
    id: task.id,
    number: task.task_id,
    what: `${task.platform} · ${task.action}`,
    status: task.status,
    progress: task.progress,
    submitted: seconds(task.submit_time),
    finished: seconds(task.finish_time),
    quota: task.quota,
    failure: task.fail_reason,
    result: /^https?:\/\//.test(task.result_url) ? task.result_url : "",
  };
}

/** Returns the line of a drawing. */
export function drawingWork(drawing: Drawing): Work {
  return {
    id: drawing.id,
    number: drawing.mj_id,
    what: drawing.prompt || drawing.action,
    status: drawing.status,
    progress: drawing.progress,
    submitted: seconds(drawing.submit_time),
    finished: seconds(drawing.finish_time),
    quota: drawing.quota,
    failure: drawing.fail_reason,
    result: /^https?:\/\//.test(drawing.image_url) ? drawing.image_url : "",
  };
}

/** Returns the tone of a provider's status word. */
export function statusTone(status: string): Tone {
  if (status === "SUCCESS") return "good";
  return status === "FAILURE" || status === "CANCEL" ? "bad" : "info";
}
