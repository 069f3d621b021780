using Orders.Worker;

var builder = Host.CreateApplicationBuilder(args);

builder.Services.Configure<HandlerOptions>(builder.Configuration.GetSection("Handler"));
builder.Services.AddSingleton<Journal>();
builder.Services.AddKafkaConsumer<OrderHandler>("orders").UseJson(OrderJson.Default);

builder.Build().Run();
