export const finds = [
  { id: 'float', name: 'Glass float', year: 1931, note: 'Green, still holding the breath of whoever blew it.' },
  { id: 'duck', name: 'Rubber duck', year: 1994, note: 'One of twenty-nine thousand that fell off a ship and went sailing.' },
  { id: 'boot', name: 'Left boot', year: 1978, note: 'The right one is in the museum across the bay. We write to each other.' },
];

/** Not on the shelf yet: their labels are written when somebody first asks. */
const incoming = [{ id: 'bottle', name: 'Bottle with a letter', year: 2003, note: 'The letter asks for more bottles.' }];

export const findById = (id) => [...finds, ...incoming].find((one) => one.id === id);
