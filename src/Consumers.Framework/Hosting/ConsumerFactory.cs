using System.Collections.Frozen;
using System.Diagnostics.Metrics;
using Consumers.Framework.Clients;
using Consumers.Framework.Configuration;
using Consumers.Framework.Decoding;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.Dispatching;
using Consumers.Framework.Failures;
using Consumers.Framework.Handling;
using Consumers.Framework.Listeners;
using Consumers.Framework.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Registry;
using Polly.Retry;

namespace Consumers.Framework.Hosting;

/// <summary>Makes consumers from their settings and registrations, once, at start. <see cref="RegistrationCheck"/> has seen to it that this works.</summary>
internal sealed class ConsumerFactory(
    IServiceProvider services,
    IEnumerable<HandlerRegistration> registrations,
    HandlerLifetimes lifetimes,
    IRecordSourceFactory sources,
    ITopicIds topicIds,
    IPartitionEnds ends,
    ILoggerFactory loggers,
    TimeProvider time)
{
    public IKafkaConsumer Create(ConsumerSettings settings) => settings.Options.Enabled ? CreateEnabled(settings) : new DisabledConsumer(settings);

    private KafkaConsumer CreateEnabled(ConsumerSettings settings)
    {
        var registration = registrations.First(registration => registration.Consumer == settings.Name);
        var logger = GuardedLogger.Create(loggers, "Consumers.Framework.Consumer");
        var decoders = new DecoderRegistry(settings.Name, registration.Decoders, services);

        var hostStopper = services.GetRequiredService<IHostStopper>();
        var ownCode = new OwnCode();

        // Gauges may be read as soon as they exist, which is before the consumer does.
        KafkaConsumer? consumer = null;
        var metrics = new ConsumerMetrics(
            services.GetService<IMeterFactory>(), settings.Name, settings.Options.GroupId,
            () => Volatile.Read(ref consumer)?.GetSnapshot() ?? IdleSnapshot.Of(settings));
        Volatile.Write(ref consumer, new KafkaConsumer(new ConsumerRuntime
        {
            Settings = settings,
            Sources = sources,
            TopicIds = topicIds,
            Ends = ends,
            Decoders = decoders,
            Invoker = new ReadableRecordInvoker(CreateInvoker(settings, registration, decoders)),
            Failures = new FailurePolicy(
                settings, PipelineOf(settings.Options.Failures), isNamed: settings.Options.Failures.Pipeline is not null, hostStopper, metrics, time, logger),
            RebalanceListeners = CallsOf<IKafkaRebalanceListener>(settings, registration.RebalanceListeners, ownCode, logger),
            ProgressListeners = CallsOf<IKafkaProgressListener>(settings, registration.ProgressListeners, ownCode, logger),
            OwnCode = ownCode,
            HostStopper = hostStopper,
            Metrics = metrics,
            Time = time,
            Logger = logger,
            IsPaused = settings.Options.StartPaused,
        }));
        return consumer;
    }

    private List<ListenerCalls<TListener>> CallsOf<TListener>(ConsumerSettings settings, IEnumerable<ListenerRegistration> registered, OwnCode ownCode, ILogger logger)
        where TListener : class
    {
        var listeners = registered.Select(listener => new ListenerSource<TListener>(services, listener.Type, lifetimes.IsSingleton(listener.Type))).ToList();
        return [.. Enumerable.Range(0, settings.Options.Workers).Select(worker => new ListenerCalls<TListener>(settings.Name, worker, listeners, ownCode, time, logger))];
    }

    private HandlerInvoker CreateInvoker(ConsumerSettings settings, HandlerRegistration registration, DecoderRegistry decoders)
    {
        var invokers = registration.Handlers.ToFrozenDictionary(
            static handler => handler.MessageType,
            handler => handler.Binding.CreateInvoker(services, lifetimes.IsSingleton(handler.Binding.HandlerType), decoders, settings),
            StringComparer.Ordinal);
        return invokers.Count == 1 && registration.Resolver is null && !registration.IsRouted
            ? invokers.Values[0]
            : new RoutingInvoker(invokers, registration.Resolver, settings.Options.Routing.Header, settings.Options.Failures.IncludeRecordData);
    }

    private ResiliencePipeline PipelineOf(FailureOptions failures) => failures.Pipeline is { } name
        ? services.GetRequiredService<ResiliencePipelineProvider<string>>().GetPipeline(name)
        : RetryInPlace(failures.Retry);

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
