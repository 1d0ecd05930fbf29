export const apples = [
  { slug: 'pippin', name: 'Quarrel Pippin', month: 'October', note: 'Sharp enough to start one, sweet enough to end it.' },
  { slug: 'foxwhelp', name: 'Foxwhelp', month: 'September', note: 'Red to the core. Not for eating, unless dared.' },
  { slug: 'russet', name: 'Sackcloth Russet', month: 'November', note: 'Looks like a potato, tastes like a pear’s older brother.' },
];

/** Grafted, not yet fruiting: their pages are made when somebody first asks. */
const grafts = [{ slug: 'nonesuch', name: 'Nonesuch', month: 'some day', note: 'Three leaves so far.' }];

export const appleBySlug = (slug) => [...apples, ...grafts].find((one) => one.slug === slug);
