import { expect, test } from 'vitest';
import { imagesIn, isImageSource } from './images.ts';

const DOT = 'data:image/webp;base64,UklGRg==';

test.each([
  DOT,
  'data:image/svg+xml,<svg/>',
  'https://a.example/b.PNG',
  'http://a.example/b.jpg?width=4#top',
  '/files/mosaic.webp',
])('%s is an image', (text) => {
  expect(isImageSource(text)).toBe(true);
});

test.each([
  'b.png',
  '//a.example/b.png',
  'javascript:alert(1)//.png',
  'file:///b.png',
  'data:text/html;base64,AAAA',
  'https://a.example/page?image=b.png&more',
  'see https://a.example/b.png',
])('%s is none', (text) => {
  expect(isImageSource(text)).toBe(false);
});

test('images are found wherever they lie in an output, each once', () => {
  expect(
    imagesIn({ sheet: DOT, tiles: [{ url: '/t/1.png' }, { url: '/t/2.png' }], again: DOT }),
  ).toEqual([
    { path: 'sheet', src: DOT },
    { path: 'tiles.0.url', src: '/t/1.png' },
    { path: 'tiles.1.url', src: '/t/2.png' },
  ]);
});

test('a fan-out over thousands shows the first few', () => {
  const many = Array.from({ length: 5_000 }, (_, index) => `/t/${index}.png`);
  expect(imagesIn(many, 60)).toHaveLength(60);
});
