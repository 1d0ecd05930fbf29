export const seeds = [
  { slug: 'painted-lady', light: 'sun', days: 70, en: 'Painted Lady runner bean', de: 'Feuerbohne Painted Lady' },
  { slug: 'black-krim', light: 'sun', days: 80, en: 'Black Krim tomato', de: 'Tomate Schwarze Krim' },
  { slug: 'winter-purslane', light: 'shade', days: 50, en: 'Winter purslane', de: 'Winterportulak' },
  { slug: 'tree-spinach', light: 'shade', days: 60, en: 'Tree spinach', de: 'Baumspinat' },
];

/** Lent on request: its page is made when somebody first asks for it. */
export const rareSeeds = [{ slug: 'oca', light: 'sun', days: 200, en: 'Oca', de: 'Knolliger Sauerklee' }];

export const words = {
  en: { title: 'The Seed Library', lead: 'Borrow a packet in spring, bring one back in autumn.', days: 'days to harvest', sun: 'For sunny plots', shade: 'For shady plots', basket: 'Your basket', catalogue: 'Catalogue' },
  de: { title: 'Die Saatgutbibliothek', lead: 'Im Frühling ein Tütchen leihen, im Herbst eines zurückbringen.', days: 'Tage bis zur Ernte', sun: 'Für sonnige Beete', shade: 'Für schattige Beete', basket: 'Ihr Korb', catalogue: 'Katalog' },
};
