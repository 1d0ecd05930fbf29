export const objects = [
  { slug: 'm42', name: 'The Orion Nebula', magnitude: 4.0, note: 'Find the sword, then look beside the middle star.' },
  { slug: 'm31', name: 'The Andromeda Galaxy', magnitude: 3.4, note: 'Two and a half million years old, and on time every autumn.' },
  { slug: 'm13', name: 'The Hercules Cluster', magnitude: 5.8, note: 'Sugar spilled on a dark table.' },
];

/** Not in the printed list: their pages are made when somebody first asks. */
const faint = [{ slug: 'm33', name: 'The Triangulum Galaxy', magnitude: 5.7, note: 'Look away from it to see it.' }];

export const objectBySlug = (slug) => [...objects, ...faint].find((one) => one.slug === slug);
