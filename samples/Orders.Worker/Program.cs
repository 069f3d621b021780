using Orders.Worker;

// The settings are beside the program, so that it runs from any directory.
var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = args, ContentRootPath = AppContext.BaseDirectory });

builder.Services.Configure<HandlerOptions>(builder.Configuration.GetSection("Handler"));
builder.Services.AddSingleton<Journal>();
builder.Services.AddKafkaConsumer<OrderHandler>("orders").UseJson(OrderJson.Default);

builder.Build().Run();
