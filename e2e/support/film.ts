// What a camera sees: a still picture as a film of one frame, in the plainest format that Chromium's camera can be given.
import type { Page } from '@playwright/test';

const WIDTH = 640;
const HEIGHT = 480;

/** A film (YUV4MPEG2) of a drawing held before a grey wall. `page` only lends its canvas. */
export async function filmOf(page: Page, svg: string): Promise<Buffer> {
  const bright = await page.evaluate(async ({ svg, width, height }) => {
    const picture = new Image();
    picture.src = `data:image/svg+xml;base64,${btoa(svg)}`;
    await picture.decode();
    const canvas = document.createElement('canvas');
    Object.assign(canvas, { width, height });
    const context = canvas.getContext('2d');
    if (context === null) throw new Error('this browser does not draw');
    context.fillStyle = '#999';
    context.fillRect(0, 0, width, height);
    const side = height * 0.7;
    context.drawImage(picture, (width - side) / 2, (height - side) / 2, side, side);
    const { data } = context.getImageData(0, 0, width, height);
    // The code is black and white on grey: any one colour is the brightness.
    return Array.from({ length: width * height }, (_, at) => data[at * 4] ?? 0);
  }, { svg, width: WIDTH, height: HEIGHT });
  const colourless = Buffer.alloc((WIDTH * HEIGHT) / 2, 128);
  return Buffer.concat([Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F10:1 Ip A1:1 C420jpeg\nFRAME\n`), Buffer.from(bright), colourless]);
}
