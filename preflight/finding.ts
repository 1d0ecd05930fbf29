import { CHECKS, type CheckCode, type Severity } from './catalogue.ts';

/** Where in the repository; line and column count from 1. */
interface Place {
  file?: string;
  line?: number;
  column?: number;
}

export interface Finding extends Place {
  code: CheckCode;
  severity: Severity;
  /** What was seen. Never a secret's value. */
  message: string;
  remedy: string;
  /** The check's page, a path in Towpath's repository. */
  docs: string;
}

const docsOf = (code: CheckCode) => `docs/reference/checks.md#${code.toLowerCase()}`;

/** `remedy` where this case has a better one than the check. */
export const finding = (code: CheckCode, message: string, { remedy, ...place }: Place & { remedy?: string } = {}) => {
  const check = CHECKS[code];
  const found: Finding = {
    code,
    severity: check.severity,
    message,
    remedy: remedy ?? check.remedy,
    docs: docsOf(code),
    ...place,
  };
  return found;
};

export const isFinding = (outcome: object): outcome is Finding => 'code' in outcome && 'severity' in outcome;

/** Line and column of an offset. */
export function positionAt(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}
