namespace Consumers.Framework.IntegrationTests.Brokers;

/// <summary>The tests of the class read figures of the whole process, or times that other work on the machine would stretch.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class RunsAloneAttribute : Attribute;
