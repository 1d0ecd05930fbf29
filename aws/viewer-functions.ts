import { createHash } from 'node:crypto';
import {
  type CloudFrontClient,
  CreateFunctionCommand,
  DeleteFunctionCommand,
  DescribeFunctionCommand,
  FunctionInUse,
  ListFunctionsCommand,
  NoSuchFunctionExists,
  PreconditionFailed,
  PublishFunctionCommand,
  UpdateFunctionCommand,
} from '@aws-sdk/client-cloudfront';

export type ViewerFunctions = ReturnType<typeof createViewerFunctions>;

/** CloudFront Functions, told apart by the hash of their code in their comment. */
export function createViewerFunctions(client: CloudFrontClient) {
  async function describe(Name: string, Stage: 'LIVE' | 'DEVELOPMENT') {
    try {
      const { ETag, FunctionSummary } = await client.send(new DescribeFunctionCommand({ Name, Stage }));
      return { etag: ETag, comment: FunctionSummary?.FunctionConfig?.Comment };
    } catch (error) {
      if (error instanceof NoSuchFunctionExists) return undefined;
      throw error;
    }
  }

  return {
    /**
     * Makes `name` have the code that `codeOf` answers, and publishes it. What is there is looked at before `codeOf` is asked:
     * whoever has older news fails with a conflict instead of taking the newer back.
     */
    async put(name: string, codeOf: () => Promise<string>): Promise<'unchanged' | 'published'> {
      const [live, development] = await Promise.all([describe(name, 'LIVE'), describe(name, 'DEVELOPMENT')]);
      const code = await codeOf();
      const Comment = `Guards protected sites, ${createHash('sha256').update(code).digest('hex').slice(0, 32)}`;
      if (live?.comment === Comment) return 'unchanged';
      const about = {
        Name: name,
        FunctionConfig: { Comment, Runtime: 'cloudfront-js-2.0' as const },
        FunctionCode: Buffer.from(code),
      };
      const { ETag } = development
        ? await client.send(new UpdateFunctionCommand({ ...about, IfMatch: development.etag }))
        : await client.send(new CreateFunctionCommand(about));
      await client.send(new PublishFunctionCommand({ Name: name, IfMatch: ETag }));
      return 'published';
    },

    /** Those whose names begin so. */
    async list(prefix: string): Promise<{ name: string; etag: string }[]> {
      const names: string[] = [];
      let Marker: string | undefined;
      do {
        const { FunctionList } = await client.send(new ListFunctionsCommand({ Stage: 'DEVELOPMENT', Marker }));
        names.push(
          ...(FunctionList?.Items ?? []).map(({ Name }) => String(Name)).filter((one) => one.startsWith(prefix)),
        );
        Marker = FunctionList?.NextMarker;
      } while (Marker);
      const found = await Promise.all(names.map(async (name) => ({ name, ...(await describe(name, 'DEVELOPMENT')) })));
      return found.flatMap(({ name, etag }) => (etag === undefined ? [] : [{ name, etag }]));
    },

    /** One that a distribution uses, or that was changed since it was listed, stays. */
    async remove({ name, etag }: { name: string; etag: string }): Promise<'removed' | 'kept'> {
      try {
        await client.send(new DeleteFunctionCommand({ Name: name, IfMatch: etag }));
        return 'removed';
      } catch (error) {
        if (error instanceof NoSuchFunctionExists) return 'removed';
        if (error instanceof FunctionInUse || error instanceof PreconditionFailed) return 'kept';
        throw error;
      }
    },
  };
}
