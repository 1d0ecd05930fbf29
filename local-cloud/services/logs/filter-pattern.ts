/**
 * Filter patterns for text: every plain term must occur, at least one of the `?terms`, none of the `-terms`; a term in
 * double quotes is a phrase. Case matters.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
import { AwsError } from '../../protocol/aws-error.ts';

export function logFilter(pattern = ''): (message: string) => boolean {
  const trimmed = pattern.trim();
  if (/^[{[%]/.test(trimmed)) {
    throw new AwsError(
      'NotImplemented',
      `logs: the filter pattern ${trimmed} is not emulated, only plain terms are`,
      501,
    );
  }
  const terms = [...trimmed.matchAll(/([?-]?)(?:"((?:[^"\\]|\\.)*)"|(\S+))/g)].map(([, sign, phrase, word]) => ({
    sign,
    text: phrase?.replace(/\\(.)/g, '$1') ?? word ?? '',
  }));
  const texts = (sign: string) => terms.filter((term) => term.sign === sign).map(({ text }) => text);
  const [all, any, none] = [texts(''), texts('?'), texts('-')];
  return (message) =>
    all.every((text) => message.includes(text)) &&
    (any.length === 0 || any.some((text) => message.includes(text))) &&
    !none.some((text) => message.includes(text));
}
