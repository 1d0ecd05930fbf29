/** A seed has come in: its page is printed anew, not in a few minutes but now. */
export default async function restock({ query }, response) {
  await response.revalidate(`/seeds/${query.seed}`);
  response.status(200).json({ restocked: query.seed });
}
