import Slip from '../components/Slip';

export default function Label() {
  return <Slip title="Shake before opening">Contains apples and opinions.</Slip>;
}
