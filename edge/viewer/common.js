// At the head of every viewer function. CloudFront Functions, runtime cloudfront-js-2.0:
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html
// biome-ignore lint/style/useNodejsImportProtocol: the runtime knows this name only.
// biome-ignore lint/correctness/noUnusedVariables: the others use it.
const crypto = require('crypto');

// biome-ignore lint/correctness/noUnusedVariables: the others use it.
function textOf(fields, name) {
  return fields[name] ? fields[name].value : '';
}
