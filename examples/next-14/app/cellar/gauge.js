'use client';

import { useFormState } from 'react-dom';
import { gravity } from './actions';

export default function Gauge() {
  const [reading, action] = useFormState(gravity, null);
  return (
    <form action={action} id="gauge">
      <input name="sugar" defaultValue="55" />
      <button>Read the hydrometer</button>
      {reading !== null && <output id="reading">{reading}</output>}
    </form>
  );
}
