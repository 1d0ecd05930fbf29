import { permanentRedirect } from 'next/navigation';

export default function Moved() {
  permanentRedirect('/bikes');
}
