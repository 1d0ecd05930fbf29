/** A text that a regular expression takes letter by letter. RegExp.escape writes letters as codes, which nobody can read in a manifest. */
export const escapeRegex = (text: string) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
