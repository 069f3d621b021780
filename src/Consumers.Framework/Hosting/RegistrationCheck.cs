using Consumers.Framework.Configuration;
using Consumers.Framework.Decoding;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.Handling;
using Microsoft.Extensions.DependencyInjection;
using Polly.Registry;

namespace Consumers.Framework.Hosting;

/// <summary>
/// Finds at start what would fail at the first record: no handler, no decoder, a singleton handler or listener that cannot be made, a resilience
/// pipeline that nobody registered.
/// </summary>
internal sealed class RegistrationCheck(IServiceProvider services, IEnumerable<HandlerRegistration> registrations, HandlerLifetimes lifetimes) : IRegistrationCheck
{
    public void Run(ConsumerCheck check)
    {
        var registration = registrations.First(registration => registration.Consumer == check.Name);
        if (registration.Handlers.Count == 0)
        {
            check.FailRegistration(
                "no handler", "there is nothing to give its records to",
                $"register it as AddKafkaConsumer<THandler>(\"{check.Name}\"), or add handlers with Handle<THandler>()");
        }

        var decoders = new DecoderRegistry(check.Name, registration.Decoders, services);
        foreach (var (_, binding) in registration.Handlers)
        {
            CheckDecoder(check, binding, decoders);
            CheckSingleton(check, "handler", binding.HandlerType);
        }

        foreach (var listener in registration.RebalanceListeners.Concat(registration.ProgressListeners))
        {
            CheckSingleton(check, "listener", listener);
        }

        if (registration.RebalanceListeners.Count > 0)
        {
            TimeRelations.CheckListeners(check);
        }

        CheckPipeline(check);
    }

    private static void CheckDecoder(ConsumerCheck check, HandlerBinding binding, DecoderRegistry decoders)
    {
        try
        {
            binding.RequireDecoder(decoders);
        }
        catch (NoDecoderException exception)
        {
            check.FailRegistration($"{binding.HandlerType}", exception.Problem, exception.Fix);
        }
    }

    private void CheckSingleton(ConsumerCheck check, string role, Type type)
    {
        if (!lifetimes.IsSingleton(type))
        {
            return;
        }

        try
        {
            services.GetRequiredService(type);
        }
        catch (Exception exception)
        {
            check.FailRegistration(
                $"{type}", $"the {role} is a singleton and cannot be made: {ExceptionText.MessageOf(exception).TrimEnd('.')}",
                "register what its constructor needs, or see to what it throws");
        }
    }

    private void CheckPipeline(ConsumerCheck check)
    {
        if (check.Options.Failures.Pipeline is not { } name)
        {
            return;
        }

        try
        {
            if (services.GetService<ResiliencePipelineProvider<string>>()?.TryGetPipeline(name, out _) != true)
            {
                check.Fail("Failures:Pipeline", "no resilience pipeline has that name", $"register one with services.AddResiliencePipeline(\"{name}\", ...), or remove the key");
            }
        }
        catch (Exception exception)
        {
            check.Fail("Failures:Pipeline", $"the resilience pipeline cannot be built: {ExceptionText.MessageOf(exception).TrimEnd('.')}", "see to what AddResiliencePipeline configures");
        }
    }
}
