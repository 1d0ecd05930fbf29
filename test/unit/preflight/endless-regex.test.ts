import { expect, test } from '@jest/globals';
import { canRunForEver } from '../../../preflight/endless-regex.ts';

test.each([
  /^(a+)+$/,
  /(a*)*/,
  /^([a-z]+)*$/,
  /^(?:\w+\s?)*$/,
  /(a|a)*b/,
  /^(\w|\d)+$/,
  /^(([a-z])+.)+[A-Z]([a-z])+$/,
  /^((ab?)+c?)*$/,
  /(x+x+)+y/,
  /(a{2,})+/,
  /^(?<name>[^/]+)+$/,
])('%s can', (regex) => expect(canRunForEver(regex)).toBe(true));

test.each([
  /^[^.]+$|\.(?!(css|gif|ico|jpg|js|png|txt|svg|woff|woff2|ttf|map|json|webp)$)([^.]+$)/,
  /^(\/[^/]+)*$/,
  /^([^.]+\.)+html$/,
  /^(?:[a-z0-9]+-)*[a-z0-9]+$/,
  /^(ab|cd)*$/,
  /^(a|b)*$/,
  /^\/docs\/(.*)$/,
  /^\/(en|de|fr)(\/.*)?$/,
  /^[\]a)+*]+$/,
  /^\(a+\)+$/,
  /(a+){3}/,
])('%s cannot', (regex) => expect(canRunForEver(regex)).toBe(false));
