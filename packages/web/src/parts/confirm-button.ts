import { h, type JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';

const patience_ms = 4_000;

/** A button for what cannot be taken back: it asks once more in its own place, and forgets when nobody answers. */
export function ConfirmButton({ label, question, onConfirm }: { label: string; question: string; onConfirm: () => void }): JSX.Element {
  const [asks, setAsks] = useState(false);
  useEffect(() => {
    if (!asks) return undefined;
    const timer = setTimeout(() => setAsks(false), patience_ms);
    return () => clearTimeout(timer);
  }, [asks]);
  const press = (): void => {
    setAsks(!asks);
    if (asks) onConfirm();
  };
  return h(
    'button',
    { type: 'button', class: asks ? 'button danger' : 'button', onClick: press, 'aria-live': 'polite' },
    asks ? question : label,
  );
}
