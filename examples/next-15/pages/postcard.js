import Letter from '../components/Letter';

export default function Postcard() {
  return <Letter title="Wish you were here">Weather fair, chips excellent.</Letter>;
}
