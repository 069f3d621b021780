using System.Collections.Frozen;
using System.Diagnostics.Metrics;
using Consumers.Framework.Configuration;
using Consumers.Framework.Decoding;
using Consumers.Framework.Failures;
using Consumers.Framework.Handling;
using Consumers.Framework.Polling;
using Consumers.Framework.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Polly;
using Polly.Registry;
using Polly.Retry;

namespace Consumers.Framework.Hosting;

/// <summary>Makes consumers from their settings and registrations, once, at start.</summary>
internal sealed class ConsumerFactory(
    IServiceProvider services,
    IEnumerable<HandlerRegistration> registrations,
    HandlerLifetimes lifetimes,
    IRecordSourceFactory sources,
    IHostStopper hostStopper,
    ILoggerFactory loggers,
    TimeProvider time)
{
    public KafkaConsumer Create(ConsumerSettings settings)
    {
        var registration = registrations.First(registration => registration.Consumer == settings.Name);
        var logger = loggers.CreateLogger("Consumers.Framework.Consumer");
        KafkaConsumer? consumer = null;
        var metrics = new ConsumerMetrics(services.GetService<IMeterFactory>(), settings.Name, settings.Options.GroupId, () => consumer!.GetSnapshot());
        var decoders = new DecoderRegistry(settings.Name, registration.Decoders, services);
        var runtime = new ConsumerRuntime
        {
            Settings = settings,
            Sources = sources,
            Decoders = decoders,
            Invoker = CreateInvoker(settings, registration, decoders),
            Failures = CreateFailurePolicy(settings, metrics, logger),
            HostStopper = hostStopper,
            Metrics = metrics,
            Time = time,
            Logger = logger,
            IsPaused = settings.Options.StartPaused,
        };
        return consumer = new KafkaConsumer(runtime);
    }

    private HandlerInvoker CreateInvoker(ConsumerSettings settings, HandlerRegistration registration, DecoderRegistry decoders)
    {
        var invokers = registration.Handlers.ToFrozenDictionary(
            static handler => handler.MessageType,
            handler => handler.Binding.CreateInvoker(services, lifetimes.IsSingleton(handler.Binding.HandlerType), decoders, settings),
            StringComparer.Ordinal);
        return invokers.Count == 1 && registration.Resolver is null && !registration.IsRouted
            ? invokers.Values[0]
            : new RoutingInvoker(invokers, registration.Resolver, settings.Options.Routing.Header);
    }

    private FailurePolicy CreateFailurePolicy(ConsumerSettings settings, ConsumerMetrics metrics, ILogger logger)
    {
        var failures = settings.Options.Failures;
        if (failures.Pipeline is not { } name)
        {
            return new FailurePolicy(settings, RetryInPlace(failures.Retry), isNamed: false, hostStopper, metrics, time, logger);
        }

        var provider = services.GetService<ResiliencePipelineProvider<string>>();
        return provider is not null && provider.TryGetPipeline(name, out var pipeline)
            ? new FailurePolicy(settings, pipeline, isNamed: true, hostStopper, metrics, time, logger)
            : throw new OptionsValidationException(settings.Name, typeof(KafkaConsumerOptions),
                [$"Kafka:Consumers:{settings.Name}:Failures:Pipeline = {name}: no resilience pipeline has that name; register one with services.AddResiliencePipeline(\"{name}\", ...)"]);
    }

    private ResiliencePipeline RetryInPlace(RetryOptions retry) => retry.MaxAttempts == 1
        ? ResiliencePipeline.Empty
        : new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                // Permanent failures never get here; a handler's own OperationCanceledException (an HTTP timeout) is as good a reason as any.
                ShouldHandle = static arguments => ValueTask.FromResult(arguments.Outcome.Exception is not null),
                MaxRetryAttempts = retry.MaxAttempts - 1,
                BackoffType = DelayBackoffType.Exponential,
                Delay = retry.Delay,
                MaxDelay = retry.MaxDelay,
                UseJitter = retry.Jitter,
            })
            .Build();
}
