export const bikes = [
  { frame: 'heron', name: 'The Heron', teeth: 48, note: 'Tall, grey, patient at junctions.' },
  { frame: 'bramble', name: 'The Bramble', teeth: 32, note: 'For paths that are not on the map.' },
  { frame: 'postie', name: 'The Postie', teeth: 42, note: 'Carries forty kilos and knows every dog.' },
];

/** On the stand: their cards are written when somebody first asks. */
const unfinished = [{ frame: 'moth', name: 'The Moth', teeth: 53, note: 'Nine kilos. Will be, once it has wheels.' }];

export const bikeByFrame = (frame) => [...bikes, ...unfinished].find((one) => one.frame === frame);
