import { createHash } from 'node:crypto';
import {
  type CloudFrontClient,
  CreateFunctionCommand,
  DescribeFunctionCommand,
  NoSuchFunctionExists,
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
  };
}
