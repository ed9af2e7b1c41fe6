import scooter from '../samples/scooter.png';
import unicorn from '../samples/unicorn.png';
import type { Box } from './regions.ts';

/** A picture with boxes and a question to begin with. */
export interface Sample {
  readonly name: string;
  readonly url: string;
  readonly boxes: readonly Box[];
  readonly question: string;
}

const box = (x1: number, y1: number, x2: number, y2: number): Box => ({ x1, y1, x2, y2 });

export const samples: readonly Sample[] = [
  {
    name: 'Scooter and onion',
    url: scooter,
    boxes: [box(4, 62, 78, 121), box(20, 2, 73, 66)],
    question: 'What is in <region1> and <region2>?',
  },
  {
    name: 'Unicorn and waffle',
    url: unicorn,
    boxes: [box(62, 21, 121, 68), box(43, 82, 81, 122), box(11, 16, 58, 68)],
    question: 'Which of <region1>, <region2> and <region3> is a scorpion?',
  },
];
