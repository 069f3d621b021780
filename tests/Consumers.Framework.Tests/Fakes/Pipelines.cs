using Polly;
using Polly.Retry;

namespace Consumers.Framework.Tests.Fakes;

internal static class Pipelines
{
    /// <summary>Retry in place with delays that a test can foresee: 200 ms, doubled each time.</summary>
    public static ResiliencePipeline Retry(TimeProvider time, int maxAttempts, TimeSpan? maxDelay = null) =>
        new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = static arguments => ValueTask.FromResult(arguments.Outcome.Exception is not null),
                MaxRetryAttempts = maxAttempts - 1,
                BackoffType = DelayBackoffType.Exponential,
                Delay = TimeSpan.FromMilliseconds(200),
                MaxDelay = maxDelay ?? TimeSpan.FromSeconds(30),
            })
            .Build();
}
