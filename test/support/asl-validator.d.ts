declare module 'asl-validator' {
  interface Verdict {
    isValid: boolean;
    errorsText(): string;
  }
  export default function validate(definition: object, options?: { checkPaths?: boolean; checkArn?: boolean }): Verdict;
}
