/** How an invocation can end, and what Lambda says of each end. Pure. */
export interface Outcome {
  payload: Buffer;
  /** Set when the payload is an error's report. */
  functionError?: 'Unhandled';
  /** The environment cannot be used again. */
  broken: boolean;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: 6 MB, as Lambda counts it for responses. */
const MAX_RESPONSE_BYTES = 6_291_556;

export function succeeded(payload: Buffer): Outcome {
  if (payload.length <= MAX_RESPONSE_BYTES) return { payload, broken: false };
  return failed(
    'Function.ResponseSizeTooLarge',
    `Response payload size exceeded maximum allowed payload size (${MAX_RESPONSE_BYTES} bytes).`,
    false,
  );
}

/** The function's own report of what it threw. */
export const threw = (payload: Buffer, broken: boolean): Outcome => ({ payload, functionError: 'Unhandled', broken });

export function timedOut(requestId: string, timeoutSeconds: number): Outcome {
  const message = `Task timed out after ${timeoutSeconds.toFixed(2)} seconds`;
  return failed('Sandbox.Timedout', `RequestId: ${requestId} Error: ${message}`);
}

export function exited(requestId: string, code: number | null, signal: string | null): Outcome {
  const reason = signal
    ? `Runtime exited with error: signal: ${signal === 'SIGKILL' ? 'killed' : signal}`
    : code === 0
      ? 'Runtime exited without providing a reason'
      : `Runtime exited with error: exit status ${code}`;
  return failed('Runtime.ExitError', `RequestId: ${requestId} Error: ${reason}`);
}

function failed(errorType: string, errorMessage: string, broken = true): Outcome {
  return { payload: Buffer.from(JSON.stringify({ errorType, errorMessage })), functionError: 'Unhandled', broken };
}

export interface Figures {
  requestId: string;
  milliseconds: number;
  memoryMegabytes: number;
  usedMegabytes: number;
  /** Of a cold start. */
  initMilliseconds?: number;
}

/** The line that bills are made of. */
export function reportLine(figures: Figures): string {
  const { requestId, milliseconds, memoryMegabytes, usedMegabytes, initMilliseconds } = figures;
  const parts = [
    `REPORT RequestId: ${requestId}`,
    `Duration: ${milliseconds.toFixed(2)} ms`,
    `Billed Duration: ${Math.ceil(milliseconds + (initMilliseconds ?? 0))} ms`,
    `Memory Size: ${memoryMegabytes} MB`,
    `Max Memory Used: ${usedMegabytes} MB`,
  ];
  if (initMilliseconds !== undefined) parts.push(`Init Duration: ${initMilliseconds.toFixed(2)} ms`);
  return `${parts.join('\t')}\t\n`;
}
