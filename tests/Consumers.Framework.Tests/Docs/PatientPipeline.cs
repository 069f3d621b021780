using Microsoft.Extensions.DependencyInjection;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using OrderHandler = Consumers.Framework.Tests.Hosting.RawHandler;

namespace Consumers.Framework.Tests.Docs;

/// <summary>The named pipeline of docs/failures.md.</summary>
internal static class PatientPipeline
{
    public static void AddTo(IServiceCollection services)
    {
        #region pipeline
        services.AddResiliencePipeline("patient", static pipeline => pipeline
            .AddRetry(new RetryStrategyOptions
            {
                // Polly's own predicate leaves cancellations out, and an HTTP client's timeout is one.
                ShouldHandle = new PredicateBuilder().Handle<Exception>(),
                MaxRetryAttempts = 5,
                Delay = TimeSpan.FromMilliseconds(500),
                BackoffType = DelayBackoffType.Exponential,
                MaxDelay = TimeSpan.FromSeconds(20),
                UseJitter = true,
            })
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                FailureRatio = 0.5,
                MinimumThroughput = 10,
                SamplingDuration = TimeSpan.FromSeconds(30),
                BreakDuration = TimeSpan.FromSeconds(10),
            })
            .AddTimeout(TimeSpan.FromSeconds(10)));
        services.AddKafkaConsumer<OrderHandler>("orders");
        #endregion
    }
}
