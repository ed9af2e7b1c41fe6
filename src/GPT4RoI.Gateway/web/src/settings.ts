import { byId } from './dom.ts';
import type { Sampling } from './turn.ts';

/** The sampling that is set on the page; what is empty is left to the server. */
export function sampling(): Sampling {
  const temperature = byId('temperature', HTMLInputElement);
  const maxTokens = byId('max-tokens', HTMLInputElement);
  return {
    ...(isSet(temperature) && { temperature: temperature.valueAsNumber }),
    ...(isSet(maxTokens) && { maxTokens: maxTokens.valueAsNumber }),
  };
}

const isSet = (field: HTMLInputElement): boolean => field.value !== '' && field.checkValidity();
