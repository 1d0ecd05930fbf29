import Sheet from '../components/Sheet';

export default function About() {
  return <Sheet title="About" lead="A page without data: rendered once, when the site was built." />;
}
