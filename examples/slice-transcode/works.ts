/**
 * What each work does. The files between the steps lie in a folder of the instance: workers on several machines must share it. Each step
 * writes its file under another name and renames it when it is whole, so that a second run of a step does no harm.
 */
import { access, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { NonRetryableError, type Task, type Works } from '../../clients/typescript/src/index.ts';
import { probe, runFfmpeg } from '../ffmpeg.ts';

export type Settings = { readonly ffmpeg: string; readonly folder: string };

export function transcodeWorks({ ffmpeg, folder }: Settings): Works {
  async function folderOf(task: Task): Promise<string> {
    const own = path.join(folder, task.instanceId);
    await mkdir(own, { recursive: true });
    return own;
  }

  /** Runs ffmpeg into `file`, which is there afterwards whole or not at all. */
  async function write(file: string, args: readonly string[], signal: AbortSignal) {
    const { dir, name, ext } = path.parse(file);
    const unfinished = path.join(dir, `${name}.${process.pid}.part${ext}`);

    try {
      await runFfmpeg(ffmpeg, [...args, unfinished], signal);
      await rename(unfinished, file);
    } finally {
      await rm(unfinished, { force: true });
    }
    return file;
  }

  return {
    'video.meta': async (task: Task<{ video: string }>) => {
      const { video } = task.input;
      await access(video).catch(() => {
        throw new NonRetryableError(`${video} is not there`);
      });
      const facts = probe(ffmpeg, video);
      if (!facts.video) throw new NonRetryableError(`${video} has no picture`);

      await task.patchContext({ source: facts });
      return facts;
    },

    'video.audio': async (task: Task<{ video: string }>, signal) => {
      const file = path.join(await folderOf(task), 'audio.m4a');
      if (!probe(ffmpeg, task.input.video).audio) return { file: null };

      const args = ['-i', task.input.video, '-vn', '-c:a', 'aac', '-b:a', '96k'];
      return { file: await write(file, args, signal) };
    },

    'video.slice': async (
      task: Task<{ video: string; seconds: number; sliceSeconds: number }>,
      signal,
    ) => {
      const { video, seconds, sliceSeconds } = task.input;
      const slices = path.join(await folderOf(task), `slices-${task.attempt}`);
      await mkdir(slices, { recursive: true });
      const segments = ['-f', 'segment', '-segment_time', `${sliceSeconds}`];
      const args = ['-i', video, '-an', '-c:v', 'copy', ...segments, '-reset_timestamps', '1'];
      await runFfmpeg(ffmpeg, [...args, path.join(slices, '%05d.mkv')], signal);

      const files = (await readdir(slices)).toSorted();
      task.log(`${seconds} s in ${files.length} slices`);
      return { slices: files.map((file) => path.join(slices, file)) };
    },

    'video.transcode': async (task: Task<{ slice: string; height: number }>, signal) => {
      const { slice, height } = task.input;
      const order = String(task.segment?.order ?? 0).padStart(5, '0');
      const file = path.join(await folderOf(task), `encoded-${order}.mp4`);
      const size = ['-vf', `scale=-2:${height}`, '-pix_fmt', 'yuv420p'];

      return write(file, ['-i', slice, ...size, '-c:v', 'libx264', '-preset', 'fast'], signal);
    },

    'video.concat': async (task: Task<{ slices: string[]; audio: string | null }>, signal) => {
      const { slices, audio } = task.input;
      const own = await folderOf(task);
      const list = path.join(own, 'slices.txt');
      await writeFile(
        list,
        slices.map((file) => `file '${file.replaceAll("'", "'\\''")}'\n`).join(''),
      );
      const pictures = ['-f', 'concat', '-safe', '0', '-i', list];
      const sound = audio === null ? [] : ['-i', audio, '-map', '0:v', '-map', '1:a'];
      const args = [...pictures, ...sound, '-c', 'copy', '-movflags', '+faststart'];
      const file = await write(path.join(own, 'result.mp4'), args, signal);

      return { file, slices: slices.length, ...probe(ffmpeg, file) };
    },
  };
}
